package io.firn.broker;

import io.firn.broker.admin.AdminHandlers;
import io.firn.broker.admin.AdminServer;
import io.firn.broker.consume.ClientHandler;
import io.firn.broker.consume.LockHandler;
import io.firn.broker.consume.OffsetHandler;
import io.firn.broker.consume.PullHandler;
import io.firn.broker.consume.RebalanceNotices;
import io.firn.broker.nameserver.NameServer;
import io.firn.broker.nameserver.Registrar;
import io.firn.broker.produce.SendHandler;
import io.firn.broker.query.QueryHandler;
import io.firn.broker.runtime.Closer;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.RequestCode;
