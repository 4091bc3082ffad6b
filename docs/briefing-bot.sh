#!/bin/sh
# /usr/local/sbin/briefing-bot
# Runs a command of the bot as the user of briefing-bot.service, with its settings and its token:
# what root wrote into the data folder itself, the bot could not read.
exec systemd-run --quiet --wait --collect --pipe --pty --service-type=exec \
    --property=User=briefing-bot --property=DynamicUser=yes \
    --property=StateDirectory=briefing-bot --property=StateDirectoryMode=0700 --property=UMask=0077 \
    --property=EnvironmentFile=-/etc/briefing-bot.env \
    --property=LoadCredential=token:/etc/briefing-bot.token \
    --setenv=BRIEFING_DATA=/var/lib/briefing-bot/data \
    /bin/sh -c 'BRIEFING_TOKEN_FILE=$CREDENTIALS_DIRECTORY/token exec /opt/bot/bin/briefing-bot "$@"' \
    briefing-bot "$@"
